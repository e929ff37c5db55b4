import { type DestinationStream, type Logger, pino } from 'pino';

/**
 * The log of the process, one JSON line each. Nothing personal gets in: whatever an error carries besides its message and
 * stack is left out (PostgreSQL's `detail` and `where` hold whole rows), and texts lose mail addresses, numbers, tokens
 * and web addresses.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: undefined,
      serializers: { err: describeError },
      formatters: { log: (fields) => Object.fromEntries(Object.entries(fields).map(([name, v]) => [name, clean(v)])) },
      hooks: {
        logMethod(args, method) {
          args.forEach((value: unknown, index) => {
            Reflect.set(args, index, clean(value));
          });
          method.apply(this, args);
        },
      },
    },
    destination,
  );
}

/** What is logged of an error: its kind, its message and stack without personal data, PostgreSQL's code and names. */
function describeError(error: unknown, depth = 0): Record<string, unknown> | string {
  if (!(error instanceof Error)) return typeof error === 'string' ? withoutPersonalData(error) : typeof error;
  const fields: Record<string, unknown> = { ...error };
  const refusedValue = isText(fields.severity) && isText(fields.code) && fields.code.startsWith('22');
  // Class 22 is about a value that PostgreSQL could not take, which it quotes.
  const said = withoutPersonalData(refusedValue ? error.message.replace(/"[^"]*"/g, '"…"') : error.message);
  const kept = KEPT.filter((name) => ['string', 'number'].includes(typeof fields[name]));
  return {
    type: error.name,
    message: said,
    ...Object.fromEntries(kept.map((name) => [name, fields[name]])),
    stack: [`${error.name}: ${said}`, ...framesOf(error)].join('\n'),
    ...(error.cause === undefined || depth > 2 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

const KEPT = ['code', 'severity', 'table', 'column', 'constraint', 'routine', 'syscall', 'command', 'responseCode'];

/** A text without what may point to a person: mail addresses, telephone numbers, tokens, web addresses and quoted paths. */
export function withoutPersonalData(text: string): string {
  return text
    .replace(/\bhttps?:\/\/[^\s"'`<>]+/gi, '‹adresse›')
    .replace(/(["'`«“])\s*\/[^"'`»”\n]*/g, '$1‹adresse›')
    .replace(/[^\s"'`<>()=,;:]+@[^\s"'`<>(),;]+/g, '‹courriel›')
    .replace(/(?<![\w-])(?![0-9a-f]{8}-[0-9a-f]{4}-)[\w-]{32,}/gi, '‹jeton›')
    .replace(/(?<![\w.:])(\+\d|0)(?:[ .-]?\d){8,14}(?!\w)/g, '‹numéro›');
}

function clean(value: unknown): unknown {
  return isText(value) ? withoutPersonalData(value) : value;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function framesOf(error: Error): string[] {
  return (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
}
