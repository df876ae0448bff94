/** Which page of a connection to read. */
export interface PageRequest {
  /** The page size, 0 to 100. */
  readonly first: number;
  /** The page starts after this position. Null starts at the first node. */
  readonly after: Position | null;
}

/**
 * The position of a node in its connection. Nodes are ordered by creation time, oldest first, and by id if they were
 * created in the same millisecond. A position stays valid if its node is deleted.
 */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

/** A page of a connection. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  /** Whether there were more nodes after the last one when the page was read. */
  readonly hasNextPage: boolean;
}
