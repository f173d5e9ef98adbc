import KithStore
import KithSystem

extension JournalEntry { var json: JSON { ["id": .string(id)] } }
