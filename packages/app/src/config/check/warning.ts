import type { Finding } from '@sealpost/domain';

export const warning = (code: string, problem: string, fix: string): Finding => ({
  severity: 'warning',
  code,
  problem,
  fix,
});
