export type { CookieCredentials } from './cookie-credentials.ts';
export { socketOptions, type SocketOptions } from './options.ts';
export { SocketConnections, type SocketConnectionsPorts } from './socket-connections.ts';
export {
  SocketIoTransport,
  type SocketIoTransportPorts,
  type SocketUseCases,
} from './socket-io-transport.ts';
export type { TransportLog, TransportRecord } from './transport-record.ts';
