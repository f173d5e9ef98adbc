public import KithStore
import KithSystem

extension Checkup {
  /// Mistakes in the rules of kith.yaml and in the saved segments, each at its place.
  ///
  /// Where kith.yaml or a run cannot be read, segments are held against the grammar alone, since
  /// names of stages and properties mean nothing then. Cost: the size of the files.
  public func expressionFindings() -> [Finding] {
    var findings: [Finding] = []
    let segments = savedSegments(&findings)
    guard let settings, let snapshot else {
      for segment in segments.values {
        do throws(Mistake) {
          _ = try Parser.parse(segment.text)
        } catch {
          findings.append(Finding(file: segment.file ?? "", error.diagnostic(in: segment)))
        }
      }
      return findings
    }
    let schema = Schema(snapshot: snapshot, settings: settings, segments: segments)
    func check(_ source: SourceText, _ limits: Binder.Limits = .none) {
      do throws(SegmentError) {
        _ = try Binder.bind(source, schema: schema, limits: limits)
      } catch {
        let file = error.diagnostic.excerpt?.file ?? source.file ?? ""
        let finding = Finding(file: file, error.diagnostic)
        if !findings.contains(finding) { findings.append(finding) }
      }
    }
    for rule in settings.stages { check(rule.expression, .noStage) }
    for rule in settings.bands.flatMap(\.rules) { check(rule.expression, .noBand) }
    for rule in settings.suggest { check(rule.expression) }
    for (_, segment) in segments.sorted(by: { $0.key < $1.key }) { check(segment) }
    return findings
  }

  private func savedSegments(_ findings: inout [Finding]) -> [String: SourceText] {
    var segments: [String: SourceText] = [:]
    for leaf in (try? files.list("segments")) ?? [] where leaf.hasSuffix(".segment") {
      let file = "segments/" + leaf
      guard isSegmentName(String(leaf.dropLast(8))) else {
        findings.append(
          Finding(
            file: file, problem: "not a name for a segment",
            remedy: "use 1 to 64 letters, digits, _ or -"))
        continue
      }
      let bytes: [UInt8]
      do throws(FileError) { bytes = try files.read(file) } catch {
        // Whatever else cannot be read at all is the store's own finding.
        if error.reason == .notAFile {
          findings.append(
            Finding(file: file, problem: "it is a directory", remedy: "move it elsewhere"))
        }
        continue
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        findings.append(
          Finding(file: file, problem: "it is not UTF-8", remedy: "save it as UTF-8"))
        continue
      }
      segments[String(leaf.dropLast(8))] = SourceText(text, file: file)
    }
    return segments
  }
}
