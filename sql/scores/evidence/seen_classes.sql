-- Which classes does each model see in each image, and how surely?
--
-- Grain: dataset, model, image_id, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   model       model run
--   image_id    image
--   class_name  class that the model predicted in the image
--   seen        calibrated confidence of its surest prediction, 0 to 1
select dataset, model, image_id, class_name, max(calibrated) as seen
from calibrated_predictions
group by all
