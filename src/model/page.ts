/** How many nodes of a connection to read, and after which one. */
export interface PageRequest {
  /** 0 to 100. */
  readonly first: number;
  /** The position of the last node already read, null to begin at the beginning. */
  readonly after: Position | null;
}

/**
 * Where a node stands in its connection: oldest first, and by id where two are of the same millisecond. It
 * names a place, not a node, so it stays good when that node is deleted.
 */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

/** A stretch of a connection. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  /** Whether there were more behind the last one when the page was read. */
  readonly hasNextPage: boolean;
}
