import { useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';

/** The page comes again by itself as long as this is there: with a script its data alone, without one the whole page. */
export function Reload() {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (state !== 'idle') return;
    const timer = setTimeout(revalidate, 1_500);
    return () => clearTimeout(timer);
  }, [revalidate, state]);
  return (
    <noscript>
      <meta httpEquiv="refresh" content="3" />
    </noscript>
  );
}
