-- Pixels by which a box leaves a picture of a width and height, on the side where it does most; 0 within.
create or replace macro box_exceeds(a, width, height) as
    greatest(0e0, -a.x_min, -a.y_min, a.x_max - width, a.y_max - height);
