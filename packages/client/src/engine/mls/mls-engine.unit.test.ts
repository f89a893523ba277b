import { cryptoEngineContract } from '@sealpost/testing';
import { mlsEngine } from './mls-engine.ts';

cryptoEngineContract({ name: 'mls', engine: mlsEngine, scenarios: 12 });
