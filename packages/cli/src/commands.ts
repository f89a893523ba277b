import type { Command } from './command.ts';

/** All commands, in the order in which help shows them. */
export const commands = {
  serve: {
    usage: 'serve',
    summary: 'Runs a server until it is told to stop (Ctrl+C, SIGTERM).',
    run: async (args) => (await import('./commands/serve.ts')).serve(args),
  },
  config: {
    usage: 'config [check [--strict] | reference]',
    summary: 'Shows every setting and where it came from; checks them; prints what can be set.',
    run: async (args) => (await import('./commands/config.ts')).config(args),
  },
  doctor: {
    usage: 'doctor [--json]',
    summary: 'Looks for what is wrong: settings, databases, disk, port, proxy, certificate, clock.',
    run: async (args) => (await import('./commands/doctor.ts')).doctor(args),
  },
  migrate: {
    usage: 'migrate',
    summary: 'Brings the database up to date.',
    run: async (args) => (await import('./commands/migrate.ts')).migrate(args),
  },
  'migrate-history': {
    usage: 'migrate-history --from ADAPTER --to ADAPTER [--dry-run] | --verify',
    summary: 'Moves the history of conversations to another store, or back, while servers run.',
    run: async (args) => (await import('./commands/migrate-history.ts')).migrateHistory(args),
  },
  restored: {
    usage: 'restored',
    summary: 'To be run once after a backup was restored, before a server starts.',
    run: async (args) => (await import('./commands/restored.ts')).restored(args),
  },
  verify: {
    usage: 'verify [--repair]',
    summary: 'Compares the index of conversations with their logs; with --repair puts it right.',
    run: async (args) => (await import('./commands/verify.ts')).verify(args),
  },
  'rotate-keys': {
    usage: 'rotate-keys',
    summary: 'Has a fresh key sign access tokens; nobody is logged out.',
    run: async (args) => (await import('./commands/rotate-keys.ts')).rotateKeys(args),
  },
  import: {
    usage: 'import accounts FILE',
    summary: 'Takes over accounts: lines of {"handle": …, "hash": …}, bcrypt or argon2id.',
    run: async (args) => (await import('./commands/import.ts')).importAccounts(args),
  },
  'create-adapter': {
    usage: 'create-adapter PORT NAME',
    summary: 'Writes the package of a new adapter into ./NAME; PORT is fan-out, rate-limits, …',
    run: async (args) => (await import('./commands/create-adapter.ts')).createAdapter(args),
  },
  'audit:blind': {
    usage: 'audit:blind [--help]',
    summary: 'Sends secrets through a server and searches all that it keeps and tells for them.',
    run: async (args) => (await import('./commands/audit-blind.ts')).auditBlind(args),
  },
  chat: {
    usage: 'chat --server URL --as NAME',
    summary: 'Talks in the terminal.',
    run: async (args) => (await import('./chat.ts')).chat(args),
  },
  help: {
    usage: 'help',
    summary: 'Shows this.',
    run: async (): Promise<number> =>
      (await import('./commands/help.ts')).help(Object.values(commands)),
  },
} as const satisfies Record<string, Command>;
