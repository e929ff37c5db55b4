import { formatDate, formatDay, formatInstant } from './format.ts';

/** An instant or a local date, as people say it, with the machine's form beside it. */
export function DateText({
  value,
  zone = 'Europe/Paris',
  time = false,
}: {
  /** An instant, or a local date `AAAA-MM-JJ`. */
  value: Date | string;
  zone?: string;
  time?: boolean;
}) {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value))
    return <time dateTime={value}>{formatDate(value)}</time>;
  return (
    <time dateTime={new Date(value).toISOString()}>{time ? formatInstant(value, zone) : formatDay(value, zone)}</time>
  );
}
