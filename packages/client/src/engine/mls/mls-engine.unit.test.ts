import { cryptoEngineContract, mlsAdversarialContract } from '@sealpost/testing';
import { mlsAttacks } from '../../../test/engine/mls-attacks.ts';
import { mlsEngine } from './mls-engine.ts';

const subject = { name: 'mls', engine: mlsEngine, scenarios: 12 };

cryptoEngineContract(subject);
mlsAdversarialContract({ ...subject, attacks: mlsAttacks, alterations: 400 });
