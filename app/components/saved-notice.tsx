import { formatCount } from './format.ts';
import { Notice } from './notice.tsx';

/** After a save: what is public already, what waits. */
export function SavedNotice({ live, waiting }: { live: number; waiting: number }) {
  return (
    <Notice kind="success" title="C’est enregistré" live>
      {live > 0 ? <p>{formatCount(live, 'changement est déjà en ligne', 'changements sont déjà en ligne')}.</p> : null}
      {waiting > 0 ? (
        <p>
          {formatCount(waiting, 'changement attend', 'changements attendent')} la relecture d’un modérateur. Vous serez
          prévenu par courriel.
        </p>
      ) : null}
      {live + waiting === 0 ? <p>Rien n’a changé.</p> : null}
    </Notice>
  );
}

/** What an address says of a save, or null. */
export function savedCounts(searchParams: URLSearchParams): { live: number; waiting: number } | null {
  if (!searchParams.has('en-ligne')) return null;
  const count = (name: string) => Math.min(99, Number.parseInt(searchParams.get(name) ?? '0', 10) || 0);
  return { live: count('en-ligne'), waiting: count('en-attente') };
}

/** The end of the address that a save leads to. */
export function savedQuery({ live, waiting }: { live: number; waiting: number }): string {
  return `?${new URLSearchParams({ 'en-ligne': String(live), 'en-attente': String(waiting) })}`;
}
