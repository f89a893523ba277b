import fc from 'fast-check';
import type { Change, RoleOf } from '@sealpost/domain';
import { anyDeviceRef, anyText } from './ids.ts';

const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { maxLength: 3 });
const anyRole: fc.Arbitrary<RoleOf> = fc.record({
  account: anyText,
  role: fc.constantFrom('owner', 'admin', 'member'),
});

/** Of the right form; no rule needs to allow it. */
export const anyChange: fc.Arbitrary<Change> = fc.record({
  mode: fc.constantFrom(null, 'found', 'member', 'external'),
  founding: fc.option(
    fc.record({ kind: fc.constantFrom('direct', 'group', 'self'), suite: anyText }),
  ),
  addMembers: few(anyRole),
  removeMembers: few(anyText),
  setRoles: few(anyRole),
  addDevices: few(anyDeviceRef),
  removeDevices: few(anyDeviceRef),
  revokeDevices: few(anyDeviceRef),
});
