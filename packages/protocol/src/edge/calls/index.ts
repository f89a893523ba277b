import type { Result } from '@sealpost/domain';
import type { CallName } from '../../index.ts';
import type { CallPorts } from './call-ports.ts';
import type { Asker, Handler, OpenCall, Refused } from './handler.ts';
import type { Input } from './checked-input.ts';
import type { CallCookies } from './call-cookies.ts';
import { callLimits } from '../limits/call-limits.ts';
import { type Limit, taken } from '../limits/limit.ts';
import { accountHandlers } from './accounts.ts';
import { conversationHandlers } from './conversations.ts';
import { deviceHandlers } from './devices.ts';
import { keyHandlers } from './keys.ts';
import { serverHandlers } from './server.ts';
import { sessionHandlers } from './sessions.ts';

/** One for every call of the protocol; a call without one does not compile. */
const handlers = {
  ...serverHandlers,
  ...sessionHandlers,
  ...accountHandlers,
  ...deviceHandlers,
  ...keyHandlers,
  ...conversationHandlers,
} satisfies { [N in CallName]: Handler<N> };

const open: Readonly<Record<OpenCall, true>> = {
  serverInformation: true,
  register: true,
  logIn: true,
  refresh: true,
};

/** Whether the call's handler needs no caller. */
export const isOpen = (name: CallName): boolean => Object.hasOwn(open, name);

/** Any call's question, once its schemas have checked the input and its access the caller. */
type CheckedAsked = Input &
  Partial<Asker> & { readonly cookies: CallCookies; readonly network: string };

type CheckedHandler = (asked: CheckedAsked, ports: CallPorts) => Promise<Result<unknown, Refused>>;

/** What a call does: nothing, when it comes too often. */
export function handlerOf(name: CallName): CheckedHandler {
  // The types of the input are those of the call's schemas, which the compiler cannot follow from name to name.
  const handle = handlers[name] as unknown as CheckedHandler;
  const limit = callLimits[name] as unknown as Limit<CheckedAsked>;
  return async (asked, ports) => {
    const free = await taken(limit, asked, ports.throttle);
    return free.ok ? handle(asked, ports) : free;
  };
}
