import Crypto
import KithSystem

/// One question to a store: kith's words for it, and how its output says what peers.py would answer.
struct Question {
  let words: [String]
  let answer: (_ output: [UInt8]) throws -> JSON

  /// One of ``Job/five``, as of a date.
  static func of(_ name: String, asOf: String) throws -> Question {
    let time = ["--as-of", asOf]
    switch name {
    case "classify":
      return Question(words: ["stages", "--json"] + time, answer: stages)
    case "lifecycle":
      let words = ["lifecycle", "--period", "day", "--last", "90d", "--json"]
      return Question(words: words + time, answer: lifecycle)
    case "segment":
      return Question(words: ["users", Job.expressions[1], "--ids"] + time, answer: ids)
    case "retention":
      let words = ["retention", "--period", "week", "--json"]
      return Question(words: words + time, answer: retention)
    case "funnel":
      let words = ["funnel", "signup", "view", "purchase", "--within", "7d", "--json"]
      return Question(words: words + time, answer: funnel)
    default: throw BenchError("no question of this name: \(name)")
    }
  }

  /// Stages with nobody in them are left out, as by peers.py.
  private static func stages(_ output: [UInt8]) throws -> JSON {
    let stages = try JSON(utf8: output[...])["stages"]?.array ?? []
    return .object(
      stages.compactMap { stage in
        guard let name = stage["stage"]?.string, let users = stage["users"]?.int, users > 0
        else { return nil }
        return .init(name, .int(users))
      })
  }

  private static func lifecycle(_ output: [UInt8]) throws -> JSON {
    let rows = try JSON(utf8: output[...])["rows"]?.array ?? []
    var totals = [0, 0, 0, 0]
    var lines: [String] = []
    for row in rows.suffix(90) {
      let cells = row.array ?? []
      let counts = cells.dropFirst().compactMap(\.int)
      guard let date = cells.first?.string, counts.count == 4 else {
        throw BenchError("no row of a lifecycle: \(row.compact)")
      }
      totals = zip(totals, counts).map(+)
      lines.append(([date] + counts.map(String.init)).joined(separator: ","))
    }
    return [
      "new": .int(totals[0]), "returning": .int(totals[1]), "resurrecting": .int(totals[2]),
      "dormant": .int(totals[3]), "md5": .string(md5(lines)),
    ]
  }

  private static func ids(_ output: [UInt8]) -> JSON {
    let ids = output.split(separator: 0x0A).sorted { $0.lexicographicallyPrecedes($1) }
    return [
      "users": .int(ids.count),
      "md5": .string(md5(ids.map { String(decoding: $0, as: UTF8.self) })),
    ]
  }

  /// Cells in which nobody returned are left out, as by peers.py.
  private static func retention(_ output: [UInt8]) throws -> JSON {
    var lines: [String] = []
    var (cohorts, users) = (0, 0)
    for cohort in try JSON(utf8: output[...])["cohorts"]?.array ?? [] {
      guard let monday = cohort["cohort"]?.string, let size = cohort["size"]?.int, size > 0 else {
        continue
      }
      cohorts += 1
      users += size
      for (later, cell) in (cohort["cells"]?.array ?? []).enumerated() {
        if let count = cell.int, count > 0 { lines.append("\(monday),\(later),\(count)") }
      }
    }
    return [
      "cohorts": .int(cohorts), "cells": .int(lines.count), "users": .int(users),
      "md5": .string(md5(lines)),
    ]
  }

  private static func funnel(_ output: [UInt8]) throws -> JSON {
    let steps = try JSON(utf8: output[...])["steps"]?.array ?? []
    return .object(
      steps.map { .init($0["event"]?.string ?? "", $0["users"] ?? .null) })
  }
}

/// MD5 of lines, each ended by a newline, as hex: how peers.py writes long answers.
func md5(_ lines: [String]) -> String {
  var hash = Insecure.MD5()
  for line in lines { hash.update(data: Array((line + "\n").utf8)) }
  return hex(hash.finalize())
}
