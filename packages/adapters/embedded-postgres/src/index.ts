export {
  EmbeddedPostgresError,
  type EmbeddedPostgresErrorCode,
} from './embedded-postgres-error.ts';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.ts';
export type { EmbeddedPostgresNotice } from './notice.ts';
export type { Durability } from './settings.ts';
export { temporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';
