import type { PortFamily } from '@sealpost/domain';

/** For each family of ports its name on the command line, which is that of its folder of templates too. */
export const familyNames: Readonly<Record<PortFamily, string>> = {
  storage: 'storage',
  history: 'history',
  fanOut: 'fan-out',
  presence: 'presence',
  rateLimits: 'rate-limits',
};

/** Null: there is none of this name. */
export function familyNamed(name: string): PortFamily | null {
  const families = Object.keys(familyNames) as PortFamily[];
  return families.find((family) => familyNames[family] === name) ?? null;
}
