import { type ReactNode, useEffect, useRef } from 'react';

/** Takes the focus when it appears: a question that an answer of the server asks far above the button that was pressed. */
export function Arrival({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className="arrival" tabIndex={-1} ref={box}>
      {children}
    </div>
  );
}
