import type { Unmissed } from './unmissed.ts';

export const conversationUnmissed: Readonly<Record<string, Unmissed>> = {
  'conversation/commit-shape.ts': {
    bounds: [
      'for (const { device } of change.removeDevices) keyed.delete(device);',
      'for (const { device } of change.addDevices) keyed.add(device);',
    ],
    rule: ['for (const account of change.removeMembers) members.delete(account);'],
  },
  'conversation/decide-commit.ts': {
    bounds: ["if (grows && most > limit) return { code: 'too_many_devices', limit };"],
    rule: [
      "[removeMembers.length > 0, 'remove_member'],",
      "[addDevices.some(isOwn), 'add_own_device'],",
      "[addDevices.some((ref) => !isOwn(ref)), 'add_foreign_device'],",
      'change.removeMembers.includes(sender.account) ||',
    ],
    race: [
      'if (onlyOwedRemovals(state.owed, change)) return null;',
      'if (behind.some((device) => state.owed.has(device))) return refuse(rekeyNeeded(state, head));',
    ],
  },
  'conversation/decide-created.ts': {
    bounds: ["if (most > limit) return refuse({ code: 'too_many_devices', limit });"],
    heals: ['if (facts.unusable.length > 0) and 1 more'],
  },
  'conversation/decide-message.ts': {
    rule: [
      "if (!may(state.kind, role, 'send')) return refuse({ code: 'forbidden', action: 'send' });",
    ],
  },
  'conversation/ending.ts': {
    saves: ['if (state.owed.has(device) || (!isKeyed(state, device) && !fences)) return null;'],
    same: ['if (roleOf(state, account) === null) return null;'],
  },
  'conversation/evolve.ts': {
    saves: [
      'change.addMembers.length +',
      'change.removeMembers.length +',
      'change.setRoles.length +',
      "change.mode === 'member' &&",
      'others === 0 &&',
    ],
    race: ["if (change.mode === 'found') for (const device of before.keys()) close(device);"],
  },
  'conversation/pace.ts': {
    same: ['if (excess <= 0) return 0;'],
  },
  'conversation/state-codec.ts': {
    elsewhere: ['if (stored.v !== version) return null;'],
  },
  'conversation/succession.ts': {
    saves: ["if (staying.some((account) => roleOf(state, account) === 'owner')) return [];"],
    same: ["if (state.kind !== 'group') return [];"],
    race: ['.filter((account) => roleOf(state, account) === role)'],
  },
};
