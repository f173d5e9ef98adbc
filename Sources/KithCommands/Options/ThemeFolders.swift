import Glibc
import KithSystem

/// Where themes are looked for, the first folder that has one winning: `$KITH_THEMES`; share/kith/Themes
/// beside the folder of the executable; the tree that it was built in.
func themeFolders(_ context: Context) -> [String] {
  var folders: [String] = []
  if let named = context.outside.variables["KITH_THEMES"], !named.isEmpty { folders.append(named) }
  guard let executable = context.executable else { return folders }
  var folder = parentFolder(executable)
  folders.append(parentFolder(folder) + "/share/kith/Themes")
  while !folder.isEmpty {
    if access(folder + "/Package.swift", F_OK) == 0, access(folder + "/Themes", F_OK) == 0 {
      folders.append(folder + "/Themes")
      break
    }
    folder = parentFolder(folder)
  }
  return folders
}

/// The path without its last part; empty for the root.
private func parentFolder(_ path: String) -> String {
  path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
}
