import type { ReactNode } from 'react';

/** The top of a page: its one `h1`, a sentence, and what can be done at once. */
export function PageHeader({ title, lead, actions }: { title: ReactNode; lead?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="page-header">
      <div className="page-header-row">
        <div>
          <h1>{title}</h1>
          {lead ? <p className="lead">{lead}</p> : null}
        </div>
        {actions ? <div className="cluster">{actions}</div> : null}
      </div>
    </header>
  );
}
