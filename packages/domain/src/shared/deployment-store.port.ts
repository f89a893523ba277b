/** Facts about the whole deployment's data. */
export interface DeploymentStore {
  /** Starts at 1; raised by every restore from a backup. Cursors of different incarnations are not comparable. */
  incarnation(): Promise<number>;
  /** Makes `next`, which is higher, the incarnation if `current` still is it. Answers the incarnation of now. */
  raiseIncarnation(current: number, next: number): Promise<number>;
}
