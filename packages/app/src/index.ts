export { beginAfterRestore } from './commands/begin-after-restore.ts';
export { withAccountImport } from './commands/import-accounts.ts';
export { migrateDatabase } from './commands/migrate.ts';
export {
  compareHistories,
  type MoveOrder,
  moveHistory,
  surveyHistory,
} from './commands/move-history.ts';
export { verifyIndex } from './commands/verify-index.ts';
export { rotateSigningKeys } from './commands/rotate-signing-keys.ts';
export { runPostgres } from './commands/run-postgres.ts';
export { openStores } from './commands/open-stores.ts';
export {
  type CertificateDoubt,
  certificateOf,
  type CertificateReport,
} from './backends/certificate.ts';
export type { Backends } from './backends/backends.ts';
export { type CheckedConfig, checkConfig } from './config/check/check-config.ts';
export { ConfigError, type ConfigIssue } from './config/config-error.ts';
export { type ConfigRow, describeConfig } from './config/describe-config.ts';
export { toolVariablesIn } from './config/environment.ts';
export {
  configFrom,
  type ConfigSources,
  type LoadedConfig,
  loadConfig,
  readConfig,
} from './config/load-config.ts';
export { fileSchema } from './config/reference/file-schema.ts';
export { referencePage } from './config/reference/reference-page.ts';
export { fromOptions } from './config/options.ts';
export type { Config } from './config/schema.ts';
export { didYouMean } from './config/suggest.ts';
export { examineDeployment } from './doctor/doctor.ts';
export { type ExaminedPart, isIll } from './doctor/part.ts';
export { StartError, type StartErrorCode } from './lifecycle/start-error.ts';
export { type RunningServer, startServer } from './lifecycle/start-server.ts';
export { faultRecord } from './log/fault-record.ts';
export type { LogRecord, ServerLog } from './log/log-record.ts';
export { standardLog } from './log/pino-log.ts';
