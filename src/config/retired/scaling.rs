//! Of autoscalers: the first form of their metrics, `autoscaling/v2beta1`.

use super::{Retired, Successor, beside};

const TARGET: &str = "what is aimed at is in `target`, by its type";
const METRIC: &str = "name and selector of a metric are in `metric`";
const OBJECT: &str = "the object is named in `describedObject`";
const UTILIZATION: (&str, &str) = ("Utilization", "averageUtilization");
const AVERAGE: (&str, &str) = ("AverageValue", "averageValue");
const VALUE: (&str, &str) = ("Value", "value");

pub(super) const FIELDS: &[Retired] = &[
    target("spec.components.*.k8s.hpaSpec.metrics[].resource.targetAverageUtilization", UTILIZATION),
    target("spec.components.*.k8s.hpaSpec.metrics[].resource.targetAverageValue", AVERAGE),
    target("spec.components.*.k8s.hpaSpec.metrics[].containerResource.targetAverageUtilization", UTILIZATION),
    target("spec.components.*.k8s.hpaSpec.metrics[].containerResource.targetAverageValue", AVERAGE),
    target("spec.components.*.k8s.hpaSpec.metrics[].pods.targetAverageValue", AVERAGE),
    beside("spec.components.*.k8s.hpaSpec.metrics[].pods.metricName", 24, ".metric.name", METRIC),
    beside("spec.components.*.k8s.hpaSpec.metrics[].pods.selector", 24, ".metric.selector", METRIC),
    target("spec.components.*.k8s.hpaSpec.metrics[].external.targetValue", VALUE),
    target("spec.components.*.k8s.hpaSpec.metrics[].external.targetAverageValue", AVERAGE),
    beside("spec.components.*.k8s.hpaSpec.metrics[].external.metricName", 24, ".metric.name", METRIC),
    beside("spec.components.*.k8s.hpaSpec.metrics[].external.metricSelector", 24, ".metric.selector", METRIC),
    beside("spec.components.*.k8s.hpaSpec.metrics[].object.target.kind", 24, "..describedObject.kind", OBJECT),
    beside("spec.components.*.k8s.hpaSpec.metrics[].object.target.name", 24, "..describedObject.name", OBJECT),
    beside(
        "spec.components.*.k8s.hpaSpec.metrics[].object.target.apiVersion",
        24,
        "..describedObject.apiVersion",
        OBJECT,
    ),
    target("spec.components.*.k8s.hpaSpec.metrics[].object.targetValue", VALUE),
    target("spec.components.*.k8s.hpaSpec.metrics[].object.averageValue", AVERAGE),
    beside("spec.components.*.k8s.hpaSpec.metrics[].object.metricName", 24, ".metric.name", METRIC),
    beside("spec.components.*.k8s.hpaSpec.metrics[].object.selector", 24, ".metric.selector", METRIC),
];

const fn target(path: &'static str, (kind, key): (&'static str, &'static str)) -> Retired {
    Retired { path, since: 24, successor: Successor::Target(kind, key), now: TARGET }
}
