import { MongoClient } from 'mongodb';

/** The same address, of one server alone. */
export const addressOf = (url: string, host: string): string =>
  url.replace(/^(mongodb:\/\/(?:[^@/]*@)?)[^/?]+/, (_, start: string) => start + host);

/** An address for each server that is named; one for all that a name service knows. */
export const eachAddress = (url: string): readonly string[] =>
  url.startsWith('mongodb+srv:')
    ? [url]
    : new MongoClient(url).options.hosts.map((host) => addressOf(url, host.toString()));
