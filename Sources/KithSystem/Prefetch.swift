public import CMachine

/// Asks for memory that will be read soon: for places that no processor foresees. A hint, good for any
/// address.
@inlinable @inline(__always)
package func prefetch(_ address: UnsafeRawPointer) {
  cm_prefetch(address)
}

/// Maps the page of memory that will be read soon, which a hint does not; the memory has to be there.
@inlinable @inline(__always)
package func touch(_ address: UnsafeRawPointer) {
  cm_touch(address)
}
