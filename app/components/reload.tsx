import { useRevalidator } from '@remix-run/react';
import { useEffect, useRef } from 'react';

/** The page comes again by itself as long as this is there: with a script its data alone, without one the whole page. */
export function Reload() {
  const revalidator = useRevalidator();
  const latest = useRef(revalidator);
  latest.current = revalidator;
  useEffect(() => {
    const timer = setInterval(() => {
      const { state, revalidate } = latest.current;
      if (state === 'idle') revalidate();
    }, 1_500);
    return () => clearInterval(timer);
  }, []);
  return (
    <noscript>
      <meta httpEquiv="refresh" content="3" />
    </noscript>
  );
}
