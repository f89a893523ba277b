import { type Credentials, ok, refuse, type Result } from '@sealpost/domain';
import type { WireCredentials, WireRefusal } from '../../index.ts';
import { answered } from './answers.ts';
import type { Handler } from './handler.ts';
import type { CallCookies } from './call-cookies.ts';
import { wireSession } from '../mapping/account.ts';

/** Tokens go into the body, or for browsers into cookies and then nowhere else. */
function handedOut(credentials: Credentials, cookies: CallCookies | null): WireCredentials {
  const csrfToken = cookies && cookies.hold(credentials);
  return {
    account: credentials.account,
    device: credentials.device,
    session: credentials.session,
    certified: credentials.certified,
    accessToken: cookies ? '' : credentials.accessToken,
    accessExpiresAt: credentials.accessExpiresAt,
    refreshToken: cookies ? null : credentials.refreshToken,
    refreshExpiresAt: credentials.refreshExpiresAt,
    csrfToken,
  };
}

/** The cookies to hold the tokens, null where the client keeps them itself. */
function keeping(cookies: CallCookies): Result<CallCookies | null, WireRefusal> {
  if (!cookies.wanted) return ok(null);
  const own = cookies.checkOrigin();
  return own.ok ? ok(cookies) : own;
}

const nextInCookies = { path: 'body.next', problem: 'must be null where cookies hold the tokens' };

export const sessionHandlers = {
  register: async ({ body, cookies }, { useCases }) => {
    const kept = keeping(cookies);
    if (!kept.ok) return kept;
    const outcome = await useCases.authenticate.register(body, body.deviceName);
    return answered(outcome, (credentials) => handedOut(credentials, kept.value));
  },

  logIn: async ({ body, cookies }, { useCases }) => {
    const kept = keeping(cookies);
    if (!kept.ok) return kept;
    const outcome = await useCases.authenticate.logIn(body, body.deviceName, body.proof);
    return answered(outcome, (credentials) => handedOut(credentials, kept.value));
  },

  refresh: async ({ body, cookies }, { useCases }) => {
    const presented = body.refreshToken === null ? cookies.refreshToken() : ok(body.refreshToken);
    if (!presented.ok) return presented;
    // What came in a cookie goes back into one: a script never gets to see it.
    const kept = body.refreshToken === null ? ok(cookies) : keeping(cookies);
    if (!kept.ok) return kept;
    if (kept.value && body.next !== null)
      return refuse({ code: 'invalid_request', issues: [nextInCookies] });
    const next = kept.value ? cookies.successorOf(presented.value) : body.next;
    const outcome = await useCases.authenticate.refresh(presented.value, next);
    if (!outcome.ok) cookies.drop();
    return answered(outcome, (credentials) => handedOut(credentials, kept.value));
  },

  sessions: async ({ caller }, { useCases }) => {
    const sessions = await useCases.authenticate.sessions(caller.account);
    return ok({ sessions: sessions.map(wireSession) });
  },

  logOut: async ({ params, caller, cookies }, { useCases }) => {
    const session = params.session === 'current' ? caller.session : params.session;
    await useCases.authenticate.logOut(caller, [session]);
    if (session === caller.session) cookies.drop();
    return ok({});
  },
} satisfies { [N in 'register' | 'logIn' | 'refresh' | 'sessions' | 'logOut']: Handler<N> };
