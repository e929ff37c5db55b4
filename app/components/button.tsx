import { Link, type LinkProps } from '@remix-run/react';
import type { ButtonHTMLAttributes } from 'react';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

interface Shape {
  look?: Look;
  large?: boolean;
  className?: string;
}

/** A button that does something. `type` is `submit` unless said otherwise. */
export function Button({
  look,
  large,
  className,
  type = 'submit',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & Shape) {
  return <button {...rest} type={type} className={classOf({ look, large, className })} />;
}

/** A link that has the weight of a button: the next step of a journey. */
export function LinkButton({ look, large, className, ...rest }: LinkProps & Shape) {
  return <Link {...rest} className={classOf({ look, large, className })} />;
}

function classOf({ look = 'primary', large = false, className }: Shape): string {
  return ['button', look !== 'primary' && `button-${look}`, large && 'button-large', className]
    .filter(Boolean)
    .join(' ');
}
