import {
  AppendEntry,
  CachedLog,
  DescribeConversation,
  ListConversations,
  GroupCommitLog,
  WorkRosterTasks,
} from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import { faultRecord } from '../log/fault-record.ts';
import { Incarnation } from '../runtime/incarnation.ts';
import { Recurring } from '../runtime/recurring.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const {
  accounts,
  appendEntry,
  clock,
  conversationLog,
  deployment,
  devices,
  digest,
  fanOut,
  incarnation,
} = TOKENS;
const { index, limits, log, meter, storedLog, timers, turn, workRosterTasks } = TOKENS;

/** Measured on Postgres: one lane with large flushes; more lanes only split them. */
const groupCommit = { lanes: 1, flushItems: 500, flushBytes: 8 * 1024 * 1024 };
const cachedConversations = 50_000;
const rosterWorkMs = 10_000;
/** Within it a process notices that the deployment was restored. */
const incarnationCareMs = 5_000;

/** Conversations and their logs. */
export const conversationModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(
      bind,
      conversationLog,
      { storedLog, turn, clock, meter },
      (parts) =>
        new CachedLog(new GroupCommitLog(parts.storedLog, groupCommit, parts), cachedConversations),
    );
    bindFrom(bind, incarnation, { deployment }, (parts) => new Incarnation(parts.deployment));
    bindFrom(
      bind,
      TOKENS.incarnationCare,
      { incarnation, timers, log },
      (parts) =>
        new Recurring({
          run: () => parts.incarnation.check(),
          everyMs: incarnationCareMs,
          timers: parts.timers,
          failed: (fault) => parts.log(faultRecord('reading the incarnation', fault)),
        }),
    );
    const stores = { log: conversationLog, index, devices, accounts };
    bindFrom(
      bind,
      appendEntry,
      { ...stores, fanOut, clock, digest, meter, limits },
      (parts) => new AppendEntry(parts),
    );
    bindFrom(
      bind,
      TOKENS.describeConversation,
      { conversationLog },
      (parts) => new DescribeConversation(parts.conversationLog),
    );
    bindFrom(
      bind,
      TOKENS.listConversations,
      { index, conversationLog },
      (parts) => new ListConversations(parts.index, parts.conversationLog),
    );
    bindFrom(
      bind,
      workRosterTasks,
      { devices, appendEntry },
      (parts) => new WorkRosterTasks(parts.devices, parts.appendEntry),
    );
    bindFrom(
      bind,
      TOKENS.rosterWork,
      { workRosterTasks, timers, log },
      (parts) =>
        new Recurring({
          run: () => parts.workRosterTasks.run(),
          everyMs: rosterWorkMs,
          timers: parts.timers,
          failed: (fault) => parts.log(faultRecord('roster tasks', fault)),
        }),
    );
  });
