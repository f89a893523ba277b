import {
  AppendEntry,
  CachedLog,
  CheckBundles,
  ClaimBundles,
  type Clock,
  type ConversationLog,
  DescribeConversation,
  GroupCommitLog,
  type Limits,
  type Meter,
  ReadLog,
  type Turn,
  UploadBundles,
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
  clock,
  conversationLog,
  devices,
  digest,
  fanOut,
  keys,
  limits,
  log,
  meter,
  timers,
} = TOKENS;

/** Measured on Postgres: one lane with large flushes; more lanes only split them. */
const groupCommit = { lanes: 1, flushItems: 500, flushBytes: 8 * 1024 * 1024 };
const cachedConversations = 50_000;
const rosterWorkMs = 10_000;

const cachedLog = (stored: ConversationLog, turn: Turn, now: Clock, counted: Meter): CachedLog =>
  new CachedLog(
    new GroupCommitLog(stored, groupCommit, { turn, clock: now, meter: counted }),
    cachedConversations,
  );

const readLog = (from: CachedLog, { current }: Incarnation, bounds: Limits): ReadLog =>
  new ReadLog(from, current, bounds);

/** Conversations, their logs, and the key bundles by which devices enter them. */
export const conversationModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(conversationLog).toResolvedValue(cachedLog, [TOKENS.storedLog, TOKENS.turn, clock, meter]);
    bindFrom(
      bind,
      TOKENS.incarnation,
      { deployment: TOKENS.deployment },
      ({ deployment }) => new Incarnation(deployment),
    );
    bindFrom(
      bind,
      TOKENS.appendEntry,
      {
        log: conversationLog,
        index: TOKENS.index,
        devices,
        accounts,
        fanOut,
        clock,
        digest,
        meter,
        limits,
      },
      (parts) => new AppendEntry(parts),
    );
    bind(TOKENS.readLog).toResolvedValue(readLog, [conversationLog, TOKENS.incarnation, limits]);
    bind(TOKENS.describeConversation).toResolvedValue(
      (from: CachedLog) => new DescribeConversation(from),
      [conversationLog],
    );
    bind(TOKENS.workRosterTasks).toResolvedValue(
      (...parts: ConstructorParameters<typeof WorkRosterTasks>) => new WorkRosterTasks(...parts),
      [devices, TOKENS.appendEntry],
    );
    bindFrom(
      bind,
      TOKENS.rosterWork,
      { tasks: TOKENS.workRosterTasks, timers, log },
      (parts) =>
        new Recurring({
          run: () => parts.tasks.run(),
          everyMs: rosterWorkMs,
          timers: parts.timers,
          failed: (fault) => parts.log(faultRecord('roster tasks', fault)),
        }),
    );
    bindFrom(
      bind,
      TOKENS.uploadBundles,
      { keys, devices, clock, digest, limits },
      (parts) => new UploadBundles(parts),
    );
    bindFrom(
      bind,
      TOKENS.claimBundles,
      { keys, devices, accounts, fanOut, clock, meter, limits },
      (parts) => new ClaimBundles(parts),
    );
    bind(TOKENS.checkBundles).toResolvedValue(
      (...parts: ConstructorParameters<typeof CheckBundles>) => new CheckBundles(...parts),
      [keys, clock, digest],
    );
  });
