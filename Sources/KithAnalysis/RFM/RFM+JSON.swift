public import KithSystem

extension RFM {
  /// - Parameters:
  ///   - all: whether to list every buyer; else the first 25.
  ///   - id: names a user.
  public func json(all: Bool, id: (Int) -> String) -> JSON {
    [
      "as_of": .day(day), "event": .string(event), "ties": .string(ties.rawValue),
      "users_scored": .int(buyers.count),
      "score_counts": ["r": counts { $0.r }, "f": counts { $0.f }, "m": counts { $0.m }],
      "value_range_by_score": [
        "recency": ranges({ $0.r }, { Int128($0.recency) }, { .int($0) }),
        "frequency": ranges({ $0.f }, { Int128($0.frequency) }, { .int($0) }),
        "monetary": ranges({ $0.m }, { $0.monetary }, { .micros($0) }),
      ],
      "cells": .object(
        cells.map { .init($0.scores.digits, .int($0.users)) }),
      "monetary_total": .micros(total),
      "users": .array(
        (all ? buyers[...] : buyers.prefix(25)).map { buyer in
          [
            .string(id(buyer.user)), .int(buyer.recency), .int(buyer.frequency),
            .micros(buyer.monetary), .string(buyer.digits),
          ]
        }),
    ]
  }

  private func counts(_ score: (Scores) -> Int) -> JSON {
    .object(
      (1...5).map { wanted in
        .init("\(wanted)", .int(buyers.count { score($0.scores) == wanted }))
      })
  }

  /// The least and the greatest value that got each score.
  private func ranges(
    _ score: (Scores) -> Int, _ key: (Buyer) -> Int128, _ json: (Int128) -> JSON
  ) -> JSON {
    .object(
      (1...5).compactMap { wanted in
        let keys = buyers.filter { score($0.scores) == wanted }.map(key)
        guard let least = keys.min(), let most = keys.max() else { return nil }
        return .init("\(wanted)", [json(least), json(most)])
      })
  }
}
