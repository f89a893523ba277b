import { randomBytes } from 'node:crypto';

/** What a profile needs beside the servers, and how servers are told of it. */
export interface ChaosProfile {
  /** The configuration of a server that reaches its database at this URL. */
  settings(databaseUrl: string): Readonly<Record<string, string>>;
}

const cookieSecret = randomBytes(24).toString('hex');

export const profiles = {
  postgres: {
    settings: (url) => ({
      SEALPOST_PROFILE: 'postgres',
      SEALPOST_STORAGE__URL: url,
      SEALPOST_STORAGE__MIGRATE: 'at-start',
      SEALPOST_COOKIES__SECRET: cookieSecret,
    }),
  },
} as const satisfies Readonly<Record<string, ChaosProfile>>;

export type ProfileName = keyof typeof profiles;
