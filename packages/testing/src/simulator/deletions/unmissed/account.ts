import type { Unmissed } from './unmissed.ts';

export const accountUnmissed: Readonly<Record<string, Unmissed>> = {
  'account/account-directory.ts': {
    rule: ['if (owner === blocked || !(await this.#accounts.find(blocked)))'],
  },
  'account/authenticate.ts': {
    counts: ["this.#ports.meter.count('refresh_reused');"],
    saves: ['if (revoked.length > 0)', 'if (revoked.length > 0) and 1 more'],
    sooner: [
      "if (rotation.code === 'reused') { and 3 more",
      "this.#ports.fanOut.announce({ kind: 'sessions_revoked', sessions: [rotation.session.id] });",
    ],
    race: ['if (gone) await sessions.revoke([session.id], clock.now());'],
    elsewhere: [
      'await passwords.verifyNothing(password);',
      "if (verdict === 'outdated')",
      "if (verdict === 'outdated') and 1 more",
    ],
  },
  'account/end-devices.ts': {
    sooner: [
      'this.#announce(account, sessions ?? []);',
      'this.#announce(account, sessions);',
      "if (sessions.length > 0) this.#ports.fanOut.announce({ kind: 'sessions_revoked', sessions });",
      "this.#ports.fanOut.announce({ kind: 'devices_changed', account });",
      'this.#ports.tasksWritten();',
    ],
  },
  'account/enrol-device.ts': {
    bounds: ['if (actualBytes > limits.linkPackageBytes) and 1 more'],
    sooner: [
      'this.#changed(device.account);',
      'this.#changed(device.account); (2)',
      'this.#changed(by.account);',
      'this.#changed(device.account); (3)',
      'this.#changed(by.account); (2)',
      "this.#ports.fanOut.announce({ kind: 'devices_changed', account });",
    ],
    rule: [
      'if (hindrance) return refuse(hindrance); (2)',
      "if (approving?.status !== 'certified') return { code: 'not_certified' };",
    ],
    race: ["if (outcome !== 'certified') return refuse({ code: outcome }); (2)"],
  },
  'account/remembered-refusing.ts': {
    saves: [
      'if (answer.renewed || at - answer.at < ageingMs) continue;',
      'answer.renewed = true;',
      'ageing.push(owner);',
      'if (unknown.length === 0) return refusing;',
      'if (ageing.length > 0) void this.#ask(account, ageing, at).catch(() => undefined);',
      'for (const owner of owners) and 1 more',
    ],
  },
  'account/revoked-sessions.ts': {
    saves: [
      'async start(): Promise<void> { and 4 more',
      'await this.#read();',
      'while (!this.isCurrent()) await this.#read();',
      'void this.#read() and 2 more',
      '.finally(() => this.#schedule());',
    ],
    bounds: [
      'for (const [session, at] of this.#revoked) if (at < oldest) this.#revoked.delete(session);',
    ],
    stops: [
      'stop(): void { and 3 more',
      'this.#stopped = true;',
      'this.#cancel();',
      'if (this.#stopped) return;',
    ],
  },
  'account/work-roster-tasks.ts': {
    counts: ['faults.push(fault);', 'if (faults.length > 0) throw faults[0];'],
    saves: [
      'this.#again = false;',
      'await this.#devices.rosterTaskDone(task);',
      'if (done === before || tasks.length < batch) break;',
    ],
    sooner: ['if (this.#running) this.#again = true;'],
  },
};
