import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';

interface Step {
  label: string;
  to: string;
}

/** The way here, without the page itself, which its title names. */
export function Breadcrumb({ steps }: { steps: readonly Step[] }) {
  return (
    <nav className="breadcrumb" aria-label="Vous êtes ici">
      <ol>
        {steps.map((step) => (
          <li key={step.to}>
            <Link to={step.to}>{step.label}</Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface SectionLink {
  label: string;
  to: string;
  current?: boolean;
  /** Beside the label: a badge, a count. */
  aside?: ReactNode;
}

/** The table of contents of a space. Put it and the section in `<div className="with-section-nav">`. */
export function SectionNav({ title, links }: { title: string; links: readonly SectionLink[] }) {
  return (
    <nav className="section-nav" aria-label={title}>
      <p className="section-nav-title" aria-hidden="true">
        {title}
      </p>
      <ul>
        {links.map(({ label, to, current = false, aside }) => (
          <li key={to}>
            <Link to={to} aria-current={current ? 'page' : undefined}>
              {label}
              {aside}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Facts with their names: `[« Téléphone », <a…>]`. Facts without a value are left out. */
export function DefinitionList({ items }: { items: readonly (readonly [term: string, value: ReactNode])[] }) {
  const known = items.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false);
  return (
    <dl className="definitions">
      {known.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A bounded thing among others of its kind. With `to`, its title is a link and the whole card answers to it. */
export function Card({
  title,
  to,
  level = 3,
  children,
}: {
  title: ReactNode;
  to?: string;
  level?: 2 | 3;
  children?: ReactNode;
}) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div className={to === undefined ? 'card' : 'card card-link'}>
      <Heading>{to === undefined ? title : <Link to={to}>{title}</Link>}</Heading>
      {children}
    </div>
  );
}

/** Nothing here yet: why, and what to do next. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  );
}

export function VisuallyHidden({ children }: { children: ReactNode }) {
  return <span className="visually-hidden">{children}</span>;
}
