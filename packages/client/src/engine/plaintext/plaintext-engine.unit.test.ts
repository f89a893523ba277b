import { cryptoEngineContract } from '@sealpost/testing';
import { plaintextEngine } from './plaintext-engine.ts';

const engine = () => plaintextEngine({ iUnderstandThatNothingIsEncrypted: true });

cryptoEngineContract({ name: 'plaintext', engine, scenarios: 100 });
