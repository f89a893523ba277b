export { cookieCredentials, type CookieCredentials } from './cookies/cookie-credentials.ts';
export type { EdgeLog, EdgeRecord } from './edge-record.ts';
export { expressApp, type ExpressAppParts } from './express-app.ts';
export { edgeOptions, type EdgeOptions } from './options.ts';
export type { Probes, ReadinessCheck, ReadinessReport } from './pages/serve-health.ts';
