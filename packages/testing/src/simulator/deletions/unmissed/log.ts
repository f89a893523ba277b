import type { Unmissed } from './unmissed.ts';

export const logUnmissed: Readonly<Record<string, Unmissed>> = {
  'log/append-entry.ts': {
    counts: [
      "this.#ports.meter.count('entries_refused');",
      "meter.count('appends_stale');",
      "this.#ports.meter.count('entries_appended');",
      "this.#ports.meter.count('entries_known');",
      "this.#ports.meter.count('entries_known'); (2)",
    ],
    saves: [
      "'stale_epoch',",
      "'rekey_needed',",
      "'busy',",
      "if (kind === 'message') this.#turns.sent(conversation, sender.device);",
      "if (kind === 'message' && overtaken.has(result.error.code))",
      "if (kind === 'message' && overtaken.has(result.error.code)) and 1 more",
      'fresh = true;',
      'this.#storing.add(conversation);',
      'await this.#ports.log and 2 more',
      '.finally(() => this.#storing.delete(conversation));',
    ],
    heals: [
      'this.#ports.log.forget(conversation);',
      "if (outcome.code === 'out_of_turn')",
      "if (outcome.code === 'out_of_turn') and 1 more",
      'if (first) return this.#repeated(first);',
      'if (change) await this.#settle(conversation, sender.account, change, seq);',
      'if (change.removeMembers.length > 0) await index.leave(conversation, change.removeMembers, seq);',
      'for (const ended of await this.#facts.endedIn(sender, change)) { and 9 more',
      "if ((await this.#end(conversation, { id, ...ended }, false)) !== 'busy') continue;",
      'throw new AdapterFailure({ and 5 more',
      'if (change) await this.#settle(conversation, sender.account, change, accepted.seq);',
      'return ok(accepted);',
    ],
    elsewhere: [
      "if (outcome.code === 'closed') return refuse({ code: 'busy', retryAfterMs: closedRetryMs });",
    ],
  },
  'log/cached-log.ts': {
    saves: [
      'if (known) return known.loaded ?? known.loading;',
      'this.#cached.set(conversation, cached);',
      'if (this.#cached.get(conversation) === cached) this.#cached.delete(conversation);',
      'await this.#inner.saveSnapshot(conversation, version, state);',
      'this.forget(conversation);',
    ],
    heals: [
      // What is not known to be loaded is forgotten with every hint.
      'void cached.loading.then((loaded) => (loaded ? (cached.loaded = loaded) : drop()), drop);',
      '(fault: unknown) => { and 3 more',
      'for (const { draft } of batch) this.forget(draft.conversation);',
    ],
    elsewhere: [
      'await this.#inner.markRestored(incarnation);',
      'this.#cached.clear();',
      'this.forget(adoption.conversation);',
    ],
  },
  'log/contiguity-gate.ts': {
    counts: [
      "this.#meter.count('ranges_reread');",
      'this.#sink.failed(fault);',
      "this.#meter.count('entries_pushed', entries.length);",
    ],
    saves: [
      'if (gate.reading || !this.#sink.mayPush()) return null;',
      'else gate.held = entries;',
      'if (this.#gates.get(conversation)?.pushed === seq) continue;',
      'this.#gates.set(conversation, gate);',
      'gate.reading = true;',
      'this.#pass(conversation, gate, gate.held);',
      'gate.held = [];',
      'if (gate.state && this.#sink.serves(gate.state, gate.pushed)) return true;',
      'if (!this.#sink.serves(state, gate.pushed)) this.#close(conversation, gate);',
      'if (this.#gates.get(conversation) === gate) this.#gates.delete(conversation);',
    ],
    heals: [
      'this.#log.expect(conversation, version);',
      'if (page && page.head.floor > gate.pushed) { and 3 more',
      'await this.#skipCut(conversation, gate, page.head);',
      'continue;',
      'gate.pushed = head.floor;',
      'this.#log.expect(conversation, head.version);',
      'gate.state = (await this.#log.state(conversation))?.state ?? gate.state;',
    ],
  },
  'log/gather-facts.ts': {
    saves: [
      "if (revoked?.certificate === null) return 'never';",
      'if (added.length === 0) return [];',
      "if (command.kind === 'roster') return [];",
      "if (command.kind === 'message') and 1 more",
      'if (reached.length === 0) return [];',
    ],
    same: ['.filter((account) => account !== sender);'],
  },
  'log/group-commit-log.ts': {
    counts: [
      "meter.observe('flush_size', taken.length);",
      "meter.observe('flush_ms', clock.monotonic() - began);",
    ],
    saves: [
      'this.#flying = true;',
      'await turn.next();',
      'if (flush) await turn.next();',
      'if (index > 0 && index % answeredAtOnce === 0) await this.#ports.turn.written();',
      'for (let i = 0; i < conversation.length; i++) and 1 more',
      'if (lanes === 1) return 0;',
      'if (first && batch.length === 1) return this.#submit(first).then(alone);',
    ],
    bounds: [
      'if (this.#waiting.length > 0 && this.#waitingBytes + weight > mostWaitingBytes) { and 5 more',
      'return Promise.reject( and 2 more',
      "new AdapterFailure({ ...operation, retryable: true, detail: 'overloaded' }),",
      'this.#waitingBytes += weight;',
      'if (items === flushItems || (items > 0 && bytes + size > flushBytes)) break;',
      'bytes += size;',
      'for (const { item } of taken) this.#waitingBytes -= weightOf(item);',
    ],
    // The next append takes what waits; that it need not come is tested with the log itself.
    heals: ['flush ??= this.#begin();'],
    elsewhere: ["else fail(new InvariantBroken('a log answers every item'));"],
  },
  'log/loaded-state.ts': {
    saves: ['if (!isOfAnotherForm) return folded(loaded);'],
  },
  'log/read-log.ts': {
    counts: ['if (first !== undefined) this.#offers.offered(reader.device, conversation, first);'],
    saves: [
      'if (this.#isFull()) break;',
      'if (this.#next < stretch.to) break;',
      "if (!this.#head && !(await this.#readHead())) return 'outdated';",
      'if (to < from) return;',
      'this.#next = to;',
      'this.#head = page.head;',
      'this.#next = page.entries.at(-1)?.seq ?? this.#next;',
    ],
    bounds: ['this.#bytes += sizeOf(entry.parts);'],
    heals: [
      "if (cut >= stretch.from) this.#skip({ from: stretch.from, to: cut, reason: 'expired' });",
    ],
    race: ['this.#log.forget(conversation);'],
  },
  'log/turn-taking.ts': {
    race: [
      'this.#senders.set(key, waits ? { ...before, losses } : { losses: 0, restsUntil: now + restMs });',
      'if (!waits) this.#turns.set(conversation, { of: device, until: now + turnMs });',
      'if (this.#senders.size > 0) this.#won(conversation, device);',
      'if (before) this.#senders.set(key, { ...before, losses: 0 });',
      'if (this.#turns.get(conversation)?.of === device) this.#turns.delete(conversation);',
    ],
  },
  'log/window.ts': {
    saves: ['if (after >= to) return;', 'while (last.to < to) { and 7 more'],
  },
};
