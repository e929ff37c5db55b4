import { type ReactNode, useRef } from 'react';
import { useEditor, useFocusTarget } from './horaires-context.ts';

/** A part of the editor behind plain words, open when it holds something; once open it does not fold by itself. */
export function Fold({
  id,
  title,
  hint,
  count,
  children,
}: {
  id: string;
  title: string;
  hint: string;
  count: number;
  children: ReactNode;
}) {
  const opened = useRef(false);
  const { focus, errors } = useEditor();
  const target = useFocusTarget(id);
  opened.current ||= count > 0 || focus === id || errors.some(({ group }) => group === id);
  return (
    <details className="fold" open={opened.current}>
      <summary {...target}>
        <span className="fold-title">{title}</span>
        <span className="fold-hint">{hint}</span>
      </summary>
      <div className="fold-body">{children}</div>
    </details>
  );
}
