import KithSegments

/// The users behind one number of an analysis.
public typealias CellVisitor = (_ cell: String, _ user: Int) -> Void

/// Under so many users a share or a median says more about chance than about people, and is not shown
/// to people; counts always are. The common rule of thumb for means.
public let fewestUsers = 30
