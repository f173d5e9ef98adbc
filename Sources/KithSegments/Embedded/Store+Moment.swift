public import KithStore
public import KithSystem

extension Store {
  /// The moment that a question is asked as of.
  ///
  /// With `asOf`, decisions count up to it as well. Without, T is the horizon, or now where the
  /// horizon is later (or there is none), and no decision is hidden.
  ///
  /// - Parameters:
  ///   - timeZone: an IANA name that stands in for the store's own zone.
  ///   - horizon: the time of the latest event, from the snapshot.
  /// - Throws: where the system has no such zone.
  public func moment(
    asOf: AsOf? = nil, timeZone: String? = nil, weekStart: WeekStart? = nil, horizon: Instant?
  ) throws(Diagnostic) -> Moment {
    let zone: Zone
    if let timeZone {
      do throws(ZoneError) { zone = try Zone.named(timeZone) } catch {
        throw Diagnostic(
          "no such time zone", subject: timeZone, remedy: "zones are named as in Asia/Shanghai",
          status: .usage)
      }
    } else {
      zone = settings.zone
    }
    let asked: Instant? =
      switch asOf {
      case .day(let day): zone.end(of: day)
      case .instant(let instant): instant
      case .local(let milliseconds): zone.instant(ofLocal: milliseconds)
      case nil: nil
      }
    let now = outside.clock.now()
    return Moment(
      instant: asked ?? min(horizon ?? now, now), decisionsUntil: asked, zone: zone,
      weekStart: weekStart ?? settings.weekStart, horizon: horizon)
  }
}
