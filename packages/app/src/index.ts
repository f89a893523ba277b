export { ConfigError, type ConfigIssue } from './config/config-error.ts';
export { configFrom, loadConfig, type LoadedConfig } from './config/load-config.ts';
export { type ConfigRow, describeConfig } from './config/describe-config.ts';
export type { Config } from './config/schema.ts';
export { startServer, type RunningServer } from './lifecycle/start-server.ts';
