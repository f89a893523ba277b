import type { WireChange } from '@sealpost/protocol';

/** A change that says only what it is given. */
export const wireChange = (said: Partial<WireChange>): WireChange => ({
  mode: null,
  founding: null,
  addMembers: [],
  removeMembers: [],
  setRoles: [],
  addDevices: [],
  removeDevices: [],
  revokeDevices: [],
  ...said,
});
