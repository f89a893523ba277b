export { connectPostgres, type PostgresStores } from './connect-postgres.ts';
export type { PostgresOptions } from './options.ts';
