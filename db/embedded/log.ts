/** What the database tells its operator; pino's loggers and `console` have it. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}
