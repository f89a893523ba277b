/** Something about an adapter's technology that an operator should know, and can mend. Holds no secret. */
export interface Finding {
  /** `error`: what the adapter provides does not work. `warning`: it works, and should not be left so. */
  readonly severity: 'error' | 'warning';
  /** Of this cause and no other, e.g. `redis_evicts`. */
  readonly code: string;
  /** What is wrong, and what follows from it. */
  readonly problem: string;
  /** What mends it. */
  readonly fix: string;
}
