export { canonicalBytes, type CanonicalField } from './canonical.ts';
export { deviceCertificateBytes, type DeviceClaim } from './certificate.ts';
