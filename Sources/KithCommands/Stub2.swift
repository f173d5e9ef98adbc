import ArgumentParser
import KithStore
struct ThemeCommand: Command { func run(_ context: Context) throws {} }
