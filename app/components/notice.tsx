import { type ReactNode, useEffect, useRef } from 'react';
import type { FormField } from './fields.tsx';

type Kind = 'info' | 'success' | 'warning' | 'error';

const SAID_FIRST: Record<Kind, string> = {
  info: 'Information : ',
  success: 'C’est fait : ',
  warning: 'Attention : ',
  error: 'Erreur : ',
};

interface NoticeProps {
  kind?: Kind;
  title?: string;
  children?: ReactNode;
  /** Announced by screen readers as it appears (after an action); not for what was always on the page. */
  live?: boolean;
}

/** Something to know, in a coloured frame; the colour is also said in words to those who do not see it. */
export function Notice({ kind = 'info', title, children, live = false }: NoticeProps) {
  return (
    <div className={`notice notice-${kind}`} role={live ? (kind === 'error' ? 'alert' : 'status') : undefined}>
      {title === undefined ? null : (
        <p className="notice-title">
          <span className="visually-hidden">{SAID_FIRST[kind]}</span>
          {title}
        </p>
      )}
      {children}
    </div>
  );
}

/** A form that came too often: until when to wait, and that nothing typed is lost. */
export function PatienceNotice({ phrase }: { phrase: string }) {
  return (
    <Notice kind="warning" live title="Un peu de patience">
      <p>{`${phrase} Ce que vous avez écrit reste sur cette page.`}</p>
    </Notice>
  );
}

/** A line of the summary: the id of the control to go to, and what is wrong with it. */
interface SummaryError {
  id: string;
  message: string;
}

/** The lines for some fields of a form, in their order. */
export function errorsOf(fields: readonly FormField[]): SummaryError[] {
  return fields.flatMap((field) => (field.errors ?? []).map((message) => ({ id: field.id, message })));
}

/** Everything that is wrong in a form, above it, each line leading to its field. Takes the focus when it appears. */
export function ErrorSummary({ errors, title }: { errors: readonly SummaryError[]; title?: string }) {
  const box = useRef<HTMLDivElement>(null);
  const signature = errors.map(({ id, message }) => `${id} ${message}`).join('\n');
  useEffect(() => {
    if (signature !== '') box.current?.focus();
  }, [signature]);
  if (errors.length === 0) return null;
  return (
    <div className="notice notice-error" role="alert" tabIndex={-1} ref={box}>
      <h2 className="notice-title">
        {title ?? (errors.length === 1 ? 'Il y a une chose à corriger' : `Il y a ${errors.length} choses à corriger`)}
      </h2>
      <ul>
        {errors.map(({ id, message }) => (
          <li key={`${id} ${message}`}>
            <a href={`#${id}`}>{message}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}
