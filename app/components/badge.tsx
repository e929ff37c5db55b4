import type { ReactNode } from 'react';

/** A short state in a pill. `alive` (open now, a free slot) is the one warm tone; use it for nothing else. */
export function Badge({
  tone = 'neutral',
  children,
}: {
  tone?: 'neutral' | 'action' | 'alive' | 'success' | 'warning' | 'error';
  children: ReactNode;
}) {
  return <span className={tone === 'neutral' ? 'badge' : `badge badge-${tone}`}>{children}</span>;
}
