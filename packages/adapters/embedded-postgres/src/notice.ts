/** Something that an operator may want to know, fit for a log: it never holds a secret. */
export type EmbeddedPostgresNotice =
  /** The database was made: the folder was empty. */
  | { readonly code: 'initialised' }
  /** A Postgres that outlived its killed server was stopped before the start. */
  | { readonly code: 'orphans_stopped'; readonly pids: readonly number[] }
  /** Postgres ended, though nobody asked for it; it is being started again. */
  | { readonly code: 'postgres_ended'; readonly pid: number }
  | { readonly code: 'postgres_restarted'; readonly pid: number }
  /** It could not be started again; further attempts follow. */
  | { readonly code: 'restart_failed'; readonly reason: string };
