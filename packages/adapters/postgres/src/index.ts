export { connectPostgres, type PostgresStores } from './connect-postgres.ts';
export type { PostgresOptions } from './options.ts';
export { everyValue, type StoredValue } from './every-value.ts';
export { PostgresFanOut, type PostgresFanOutPorts } from './postgres-fan-out.ts';
export { openPostgres } from './open-postgres.ts';
