import { useRevalidator } from '@remix-run/react';
import { useEffect, useRef } from 'react';
import { openSnapshot } from './local-search.ts';

/** Between two questions, in milliseconds, while the page is looked at. */
const PERIOD = 15_000;

/** Renews the page when public lieux have changed since the snapshot that it shows, and as one comes back to it. */
export function useSnapshotWatch(hash: string): void {
  const { revalidate } = useRevalidator();
  const known = useRef(hash);
  useEffect(() => {
    known.current = hash;
  }, [hash]);
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== 'visible') return;
      const newest = await readNewest(known.current);
      if (newest === null || newest === known.current) return;
      await openSnapshot(newest);
      revalidate();
    };
    const lookQuietly = () => void look().catch(() => {});
    const timer = setInterval(lookQuietly, PERIOD);
    document.addEventListener('visibilitychange', lookQuietly);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', lookQuietly);
    };
  }, [revalidate]);
}

async function readNewest(known: string): Promise<string | null> {
  const response = await fetch('/carte/snapshot', { headers: { 'If-None-Match': `"${known}"` } });
  if (!response.ok) return null;
  const body: { hash?: unknown } = await response.json();
  return typeof body.hash === 'string' ? body.hash : null;
}
